// The controls on which a keyboard's focus cannot be seen. Press a key before: browsers
// show focus only to those who use the keyboard.
() => {
  const look = (element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor].join();
  };
  const ring = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  document.activeElement?.blur();
  const problems = [];
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const element of document.querySelectorAll(controls)) {
    if (!element.checkVisibility()) continue;
    const before = look(element);
    element.focus();
    if (document.activeElement !== element) continue;
    const label = `<${element.localName} ${element.id || element.className}>`;
    if (look(element) === before) problems.push(`focus cannot be seen: ${label}`);
    else if (!ring(element)) problems.push(`focus is hard to see: ${label}`);
    element.blur();
  }
  return [...new Set(problems)];
};
