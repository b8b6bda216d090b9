import { Graph } from "../js/graph/graph.js";

const place = document.getElementById("graph");
if (place) new Graph(place, JSON.parse(document.getElementById("picture").textContent)).start();
