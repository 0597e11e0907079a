// A picture on which a click, a drag or an arrow key chooses a pixel. `area` is where the pixels lie in the shown
// picture: left, top, width and height as shares of its own.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function render({ model, el }) {
  const card = document.createElement("div");
  const picture = document.createElement("img");
  card.className = "fcn-clickable";
  card.tabIndex = 0;
  card.setAttribute("role", "application");
  card.dataset.lmSuppressShortcuts = "true"; // in JupyterLab arrow keys would go to the notebook's next cell
  picture.draggable = false;
  card.append(picture);
  el.append(card);

  const within = (place, count) => Math.min(Math.max(place, 0), count - 1);
  const choose = (row, column) => {
    const [rows, columns] = model.get("size");
    model.set("pixel", [within(row, rows), within(column, columns)]);
    model.save_changes();
  };
  const follow = () => {
    const known = model.get("source") !== "";
    card.style.display = known ? "" : "none"; // until Python knows that this picture can be shown
    card.setAttribute("aria-label", model.get("label"));
    picture.alt = model.get("alt");
    picture.style.width = `${model.get("width")}px`;
    if (known && picture.src !== model.get("source")) picture.src = model.get("source");
  };
  const point = (event, inside) => {
    const frame = picture.getBoundingClientRect();
    const [left, top, width, height] = model.get("area");
    const [rows, columns] = model.get("size");
    const across = ((event.clientX - frame.left) / frame.width - left) / width;
    const down = ((event.clientY - frame.top) / frame.height - top) / height;
    if (inside && (across < 0 || across >= 1 || down < 0 || down >= 1)) return false;
    choose(Math.floor(down * rows), Math.floor(across * columns));
    return true;
  };

  let dragging = false;
  card.addEventListener("pointerdown", (event) => {
    dragging = event.button === 0 && point(event, true);
    // a drag that leaves the picture still ends; fingers go on scrolling the page
    if (dragging && event.pointerType === "mouse") card.setPointerCapture(event.pointerId);
  });
  card.addEventListener("pointermove", (event) => {
    if (dragging && event.pointerType === "mouse") point(event, false);
  });
  for (const end of ["pointerup", "pointercancel"]) card.addEventListener(end, () => (dragging = false));
  card.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const [row, column] = model.get("pixel");
    const far = event.shiftKey ? 10 : 1;
    choose(row + far * step[0], column + far * step[1]);
    event.preventDefault();
    event.stopPropagation();
  });

  model.on("change", follow);
  follow();
  model.set("ready", true);
  model.save_changes();
  return () => model.off("change", follow);
}

export default { render };
