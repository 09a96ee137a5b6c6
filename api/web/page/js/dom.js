// Elements. Text is only ever set as text: what alerts say comes from the air.

export const byId = (id) => document.getElementById(id);

// el makes an element with attributes, listeners (onclick: …) and children.
// Children that are null or false are left out; strings become text.
export function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== false && c !== ''));
  return e;
}

// arrange makes elements the children of parent, in this order. Those that are
// there already stay in the document, and with them focus and scrolling.
export function arrange(parent, elements) {
  const wanted = new Set(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const e of elements) {
    if (e === next) next = next.nextElementSibling;
    else parent.insertBefore(e, next);
  }
}

// later returns a function that calls f once in the next frame, however often
// it is called before. A hidden page has no frames.
export function later(f) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const run = () => { waiting = false; f(); };
    if (document.hidden) setTimeout(run, 200); else requestAnimationFrame(run);
  };
}
