// The shared worker: the switchboard of all tabs that a browser has open here.

import { Switchboard } from "./switchboard.js";

const board = new Switchboard();
self.onconnect = ({ ports }) => board.enter(ports[0]);
