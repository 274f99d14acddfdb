// Regular expressions as a reader types them, for the page and for the SVG.

/** A regular expression of ours or of pprof's; null for one that is none. */
function expression(text) {
  const flags = /^\(\?([ims]+)\)/.exec(text);
  // What RE2 writes otherwise.
  const body = (flags ? text.slice(flags[0].length) : text).replaceAll("(?P<", "(?<");
  const kinds = flags ? [...new Set(flags[1])].join("") : "";
  try {
    return new RegExp(body, kinds + "u");
  } catch {
    try { return new RegExp(body, kinds); } catch { return null; }
  }
}

/** Says where an expression is wrong and why; an empty text for one that is right. */
function expressionProblem(text) {
  if (!text || expression(text)) return "";
  const groups = [];
  let list = -1, canRepeat = false;
  const at = (index, what) => `“${text[index]}” at character ${index + 1} ${what}`;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === "\\") {
      if (index === text.length - 1) return at(index, "has nothing behind it: \\\\ means a backslash");
      index++;
      canRepeat = true;
    } else if (list >= 0) {
      if (letter === "]") { list = -1; canRepeat = true; }
    } else if (letter === "[") {
      list = index;
      if (text[index + 1] === "^") index++;
    } else if (letter === "(") {
      groups.push(index);
      canRepeat = false;
      if (text[index + 1] === "?") index++;
    } else if (letter === ")") {
      if (groups.length === 0) return at(index, "closes no group: \\) means the character");
      groups.pop();
      canRepeat = true;
    } else if (letter === "*" || letter === "+" || letter === "?") {
      if (!canRepeat) return at(index, `has nothing to repeat: \\${letter} means the character`);
      if (text[index + 1] === "?") index++;
      canRepeat = false;
    } else {
      canRepeat = letter !== "|" && letter !== "^";
    }
  }
  if (list >= 0) return at(list, "is not closed: \\[ means the character");
  if (groups.length > 0) return at(groups.pop(), "is not closed: \\( means the character");
  try { new RegExp(text); } catch (problem) { return problem.message.replace(/^.*: /, ""); }
  return "no regular expression";
}
