import "../js/keep.js";
import "../js/once.js";
import "../js/poll.js";
