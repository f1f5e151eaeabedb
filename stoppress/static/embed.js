// <stop-press story="…">: a story's live column in a page of any site.
//
// The address of this file stays; the modules behind it have that of their release. All
// are named here, so that they are fetched at once and not one after the other.

import "/static/js/connection.js";
import "/static/js/page.js";
import "/static/js/patience.js";
import "/static/js/embed/asking.js";
import "/static/js/embed/column.js";
import "/static/js/embed/drawing.js";
import "/static/js/embed/element.js";
import "/static/js/embed/frame.js";
import "/static/js/embed/hub.js";
import "/static/js/embed/ticking.js";
import "/static/js/embed/visit.js";
import "/static/js/embed/voice.js";
