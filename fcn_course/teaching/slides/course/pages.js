// Cut each section into pages that are not higher than HEIGHT, by the heights that this very browser gives, and start.
const HEIGHT = 612, LETTERS = 27, SMALLEST = 0.6, WIDE = 105;

const make = (tag, name) => Object.assign(document.createElement(tag), { className: name || "" });
const desk = make("div", "reveal");
desk.id = "desk";

// Paragraphs, lists, code, outputs and pictures one after the other, whatever cell they were in.
function blocksOf(section) {
  const blocks = [];
  for (const part of [...section.children]) {
    if (part.classList.contains("text") && !part.classList.contains("said")) blocks.push(...part.children);
    else if (part.tagName === "ASIDE") part.remove();
    else blocks.push(part);
  }
  return blocks;
}

const isHeading = (block) => /^H[1-6]$/.test(block.tagName);
const isFigure = (block) => block.tagName === "IMG" || (block.children.length === 1 && block.querySelector(":scope > img"));
const isText = (block) => block.tagName === "P";
const isCaption = (block) => isText(block) && /^(Figure|Panel)\b/.test(block.textContent.trim());
const isGuess = (block) => block.matches(".code") && /^guess/m.test(block.textContent);
const leadsIn = (block, next) => isText(block) && (isGuess(next) || /:$/.test(block.textContent.trim()) ||
  (isFigure(next) && block.textContent.length < 100));

// What must not be parted: a heading and what it heads, a figure and its caption, a question and its guess, code and what
// it printed, and words that lead to the next block.
function groupsOf(blocks) {
  const groups = [];
  let open = false;
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1];
    if (open) groups.at(-1).push(block);
    else groups.push([block]);
    if (isCaption(block)) block.classList.add("caption");
    open = next && (isHeading(block) || (isFigure(block) && (isCaption(next) || next.matches("pre.said"))) ||
      (block.matches("pre.said") && isCaption(next)) || (block.matches(".code") && next.matches("pre.said")) || (leadsIn(block, next) && !isHeading(next)));
  }
  return groups;
}

const height = (page) => page.getBoundingClientRect().height;
const fits = (page) => height(page) <= HEIGHT;
const newPage = () => desk.appendChild(make("div", "page"));

function addedFits(page, blocks) {
  page.append(...blocks);
  if (fits(page)) return true;
  blocks.forEach((block) => block.remove());
  return false;
}

// A figure gives way to its caption, or to a few words behind it, but not by much.
function shrink(page, blocks, least) {
  const images = [...page.querySelectorAll("img"), ...blocks.filter((block) => block.tagName === "IMG")];
  for (const image of images) {
    page.append(...blocks);
    const whole = image.getBoundingClientRect(), left = whole.height - (height(page) - HEIGHT) - 2;
    if (left >= whole.height * least) {
      const width = Math.floor((whole.width * left) / whole.height);
      image.style.width = `${width}px`;
      if (fits(page)) return true;
      image.style.width = "";
    }
    blocks.forEach((block) => block.remove());
  }
  return false;
}

// A figure that is high and narrow has its words at its side.
function beside(page, blocks) {
  const image = blocks.find((block) => block.tagName === "IMG"), words = blocks.filter((block) => block !== image);
  if (!image || !words.length || !words.every(isText)) return false;
  const box = make("div", "beside"), column = make("div");
  column.append(...words);
  box.append(image, column);
  page.append(box);
  for (let width = 740; width >= 420; width -= 10) {
    image.style.width = `${width}px`;
    if (fits(page)) return true;
  }
  image.style.width = "";
  box.remove();
  return false;
}

// What holds the lines, items or rows of a block.
function holderOf(block) {
  if (block.matches(".code, .highlight")) return block.querySelector("pre");
  return block.tagName === "TABLE" ? block.querySelector("tbody") : /^(PRE|UL|OL)$/.test(block.tagName) ? block : null;
}

// The first part of a block that fits, and the rest in a copy of its shell: lines of code, items, rows.
function split(page, block) {
  const holder = holderOf(block);
  if (!holder) return null;
  const places = [...holder.children].slice(1).map((child) => [holder, [...holder.childNodes].indexOf(child)]);
  const rest = block.cloneNode(true), first = holder.start || 1;
  page.append(block);
  for (const [node, offset] of (holder.tagName === "PRE" ? linesOf(holder) : places).reverse()) {
    const range = document.createRange();
    range.setStart(node, offset);
    range.setEndAfter(holder.lastChild);
    const cut = range.extractContents();
    if (fits(page)) {
      holderOf(rest).replaceChildren(cut);
      if (holder.tagName === "OL") holderOf(rest).start = first + holder.children.length;
      trim(holder);
      block.remove();
      return [block, rest];
    }
    range.insertNode(cut);
  }
  block.remove();
  return null;
}

function trim(pre) {
  if (pre.tagName === "PRE" && pre.lastChild?.nodeType === Node.TEXT_NODE) pre.lastChild.data = pre.lastChild.data.replace(/\n+$/, "");
}

// The beginnings of all lines but the first: text nodes and places in them; last cut first is tried first.
function linesOf(pre) {
  const found = [], walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const line of walker.currentNode.data.matchAll(/\n/g)) found.push([walker.currentNode, line.index + 1]);
  }
  return found;
}

function pagesOf(section) {
  const pages = [newPage()];
  const fresh = () => (pages.at(-1).children.length ? pages[pages.push(newPage()) - 1] : pages.at(-1));
  function place(blocks) {
    if (addedFits(pages.at(-1), blocks) || shrink(pages.at(-1), blocks, 0.8)) return;
    if (addedFits(fresh(), blocks) || shrink(pages.at(-1), blocks, 0.8)) return;
    if (beside(pages.at(-1), blocks) || shrink(pages.at(-1), blocks, 0.5)) return;
    if (blocks.length > 1) {
      const end = isHeading(blocks[0]) && blocks.length > 2 ? 2 : 1;
      if (isHeading(blocks[0]) && blocks.length === 2) return heading(blocks);
      place(blocks.slice(0, end));
      return place(blocks.slice(end));
    }
    one(blocks[0]);
  }
  // a heading above something that is higher than a page
  function heading([head, block]) {
    pages.at(-1).append(head);
    const parts = split(pages.at(-1), block);
    if (!parts) return one(block);
    pages.at(-1).append(parts[0]);
    place([parts[1]]);
  }
  function one(block) {
    const parts = split(pages.at(-1), block);
    if (parts) {
      pages.at(-1).append(parts[0]);
      return place([parts[1]]);
    }
    const page = fresh();
    page.append(block);
    smaller(page, SMALLEST);
    pages.push(newPage());
  }
  for (const group of groupsOf(blocksOf(section))) place(group);
  const filled = pages.filter((page) => page.children.length || page.remove());
  for (let index = filled.length - 1; index > 0; index--) {
    if (joined(filled[index - 1], filled[index])) filled.splice(index, 1);
  }
  return filled;
}

function smaller(page, least) {
  for (let scale = 0.97; !fits(page) && scale >= least; scale -= 0.03) page.style.fontSize = `${LETTERS * scale}px`;
  return fits(page);
}

// A few words that would stand alone on a page go to the one before, if its letters need not become much smaller.
function joined(before, page) {
  const words = [...page.children];
  if (!words.every(isText) || height(page) > HEIGHT / 4) return false;
  before.append(...words);
  if (smaller(before, 0.85)) return Boolean(page.remove() ?? true);
  before.style.fontSize = "";
  page.append(...words);
  return false;
}

function bar(left, right) {
  const line = make("div", "bar");
  for (const words of [left, right]) line.appendChild(make("span")).textContent = words;
  return line;
}

async function start() {
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
  document.body.append(desk);
  document.querySelectorAll("details").forEach((answer) => (answer.open = true)); // a page has room for it
  const isWide = (pre) => Math.max(...pre.textContent.split("\n").map((line) => line.length)) > WIDE;
  document.querySelectorAll("pre").forEach((pre) => pre.classList.toggle("wide", isWide(pre)));
  for (const slide of document.querySelectorAll(".slides > section")) {
    const heading = slide.querySelector("h2")?.textContent || "";
    for (const section of [...slide.querySelectorAll(":scope > section")]) {
      const made = pagesOf(section).map((page) => {
        const one = make("section");
        one.append(bar(page.querySelector("h1") ? "" : document.title, page.querySelector("h2") ? "" : heading), page);
        return one;
      });
      section.replaceWith(...made);
    }
    if (!slide.children.length) slide.remove();
  }
  desk.remove();
  const printing = /print-pdf/i.test(location.search);
  if (!printing) document.querySelectorAll("details").forEach((answer) => (answer.open = false));
  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none", navigationMode: "linear",
    slideNumber: "c/t", pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
  });
  document.body.dataset.ready = "yes";
}

start();
