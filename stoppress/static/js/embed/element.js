// The element `<stop-press story="…">`. What stands in it is shown until the story is
// there, and where it never comes: without JavaScript, or when the story is unknown.

import { Visit } from "./visit.js";

class StopPress extends HTMLElement {
  static observedAttributes = ["story"];
  #visit = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  connectedCallback() {
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  attributeChangedCallback(_name, before, after) {
    if (!this.#visit || before === after) return;
    this.#end();
    this.#begin();
  }

  #begin() {
    this.#visit = new Visit(this.shadowRoot, this.getAttribute("story") || "");
    this.#visit.begin();
  }

  #end() {
    this.#visit?.end();
    this.#visit = null;
  }
}

// A page may have the line twice, or from two newsrooms: the first counts.
if (!customElements.get("stop-press")) customElements.define("stop-press", StopPress);
