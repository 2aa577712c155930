// SPDX-License-Identifier: Apache-2.0

/** Makes an element at the end of its parent. */
export function add(parent, name, {className = "", text = ""} = {}) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}
