(function () {
  "use strict";
  var area = document.getElementById("frames"), svg = document.documentElement;
  var margin = +area.dataset.margin, letter = +area.dataset.letter;
  var width = +area.dataset.width, height = +svg.getAttribute("height");
  var unit = area.dataset.unit ? " " + area.dataset.unit : "";
  var label = {};
  ["title", "subtitle", "reset", "search", "details", "matched"].forEach(function (id) {
    label[id] = document.getElementById(id);
  });
  var title = label.title.textContent, subtitle = label.subtitle.textContent;

  function cut(text, room) {
    return text.length <= room ? text : text.slice(0, Math.max(0, Math.floor(room) - 1)) + "…";
  }

  var frames = Array.prototype.map.call(area.children, function (group) {
    var tip = group.querySelector("title").textContent;
    var rect = group.querySelector("rect");
    return {
      group: group, rect: rect, text: group.querySelector("text"), tip: tip.split("\n")[0],
      name: tip.slice(0, tip.split("\n")[0].lastIndexOf(" (")),
      x: +rect.getAttribute("x") - margin, w: +rect.getAttribute("width"),
      y: +rect.getAttribute("y"), value: +rect.dataset.value
    };
  });
  var root = frames[0], zoomed = root, pattern = "";
  // A root at the top has its callees below it.
  var down = frames.length > 1 && frames[1].y > root.y ? 1 : -1;

  function place(frame, x, w) {
    frame.rect.setAttribute("x", margin + x);
    frame.rect.setAttribute("width", Math.max(0, w));
    frame.text.setAttribute("x", margin + x + 3);
    var room = Math.floor((w - 6) / letter);
    var text = frame.name;
    // Without the path of its Go package, if need be.
    if (text.length > room) text = text.replace(/^[^(\[ ]*\//, "");
    frame.text.textContent = room < 3 ? "" : cut(text, room);
  }

  function zoom(target) {
    zoomed = target;
    var scale = width / target.w, end = target.x + target.w, slack = 0.0005;
    frames.forEach(function (frame) {
      var levels = (frame.y - target.y) * down;
      var covers = frame.x <= target.x + slack && frame.x + frame.w >= end - slack;
      var isAbove = levels < 0 && covers;
      var isInside = levels >= 0 && frame.x >= target.x - slack && frame.x + frame.w <= end + slack;
      frame.group.classList.toggle("hidden", !isAbove && !isInside);
      frame.group.classList.toggle("faded", isAbove);
      if (isAbove) place(frame, 0, width);
      if (isInside) place(frame, (frame.x - target.x) * scale, frame.w * scale);
    });
    label.reset.textContent = target === root ? "" : "Reset zoom";
    address();
  }

  // As wide as the window, where the picture is not inside of a page.
  function fit() {
    if (window.top !== window || svg.nodeName !== "svg") return;
    var whole = Math.max(320, window.innerWidth - (height > window.innerHeight ? 16 : 0));
    width = whole - 2 * margin;
    svg.setAttribute("width", whole);
    svg.setAttribute("viewBox", "0 0 " + whole + " " + height);
    label.title.setAttribute("x", whole / 2);
    label.subtitle.setAttribute("x", whole / 2);
    // The title is between two labels, and of larger letters.
    label.title.textContent = cut(title, (whole - 200) / (letter * 1.45));
    label.subtitle.textContent = cut(subtitle, width / letter);
    label.search.setAttribute("x", whole - margin);
    label.matched.setAttribute("x", whole - margin);
    zoom(zoomed);
  }

  function search(text) {
    pattern = text || "";
    var matcher = pattern ? expression(pattern) : null;
    if (pattern && !matcher) {
      label.matched.textContent = expressionProblem(pattern);
      return;
    }
    var hits = [];
    frames.forEach(function (frame) {
      var isHit = frame !== root && matcher !== null && matcher.test(frame.name);
      frame.group.classList.toggle("hit", isHit);
      if (isHit) hits.push(frame);
    });
    // A match inside a match counts once: only the outermost frames are added up.
    hits.sort(function (a, b) { return a.x - b.x || b.w - a.w; });
    var sum = 0, end = -1;
    hits.forEach(function (frame) {
      if (frame.x + 0.0005 >= end) { sum += frame.value; end = frame.x + frame.w; }
    });
    var share = root.value ? 100 * sum / root.value : 0;
    label.matched.textContent = matcher === null ? " " :
      "Matched: " + share.toFixed(1) + "% (" + sum.toLocaleString("en-US") + unit + ")";
    label.matched.setAttribute("data-value", sum);
    label.search.textContent = matcher === null ? "Search" : "Reset search";
    address();
  }

  // What is looked at stands in the address, so that a link shows it again.
  function address() {
    var parts = [];
    if (zoomed !== root) parts.push("z=" + frames.indexOf(zoomed));
    if (pattern) parts.push("q=" + encodeURIComponent(pattern));
    try { history.replaceState(null, "", "#" + parts.join("&")); } catch (problem) { /* embedded */ }
  }

  function ask() {
    if (pattern) return search("");
    var text = prompt("Search for a regular expression, such as ^main\\.", "");
    if (text !== null) search(text);
  }

  function frameOf(event) {
    var group = event.target.closest ? event.target.closest("#frames > g") : null;
    return group && frames[Array.prototype.indexOf.call(area.children, group)];
  }

  area.addEventListener("click", function (event) {
    var frame = frameOf(event);
    if (frame) zoom(frame);
  });
  area.addEventListener("mouseover", function (event) {
    var frame = frameOf(event);
    label.details.textContent = frame ? frame.tip : " ";
  });
  area.addEventListener("mouseout", function () { label.details.textContent = " "; });
  label.reset.addEventListener("click", function () { zoom(root); });
  label.search.addEventListener("click", ask);
  window.addEventListener("keydown", function (event) {
    if (event.key === "F3" || ((event.ctrlKey || event.metaKey) && event.key === "f")) {
      event.preventDefault();
      ask();
    } else if (event.key === "Escape") {
      zoom(root);
      search("");
    }
  });

  var state = new URLSearchParams(location.hash.slice(1));
  var start = frames[+state.get("z")];
  if (state.get("q")) search(state.get("q"));
  if (start && start !== root) zoomed = start;
  fit();
  if (start && start !== root) zoom(start);
  window.addEventListener("resize", fit);
})();
