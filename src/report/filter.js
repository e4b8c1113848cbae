"use strict";
const pages = [...document.querySelectorAll("details.page")];
const [words, status, id, shown] = ["words", "status", "id", "shown"].map((name) => document.getElementById(name));
const texts = new Map();
const text = (page) => {
  if (!texts.has(page)) texts.set(page, page.textContent.toLowerCase());
  return texts.get(page);
};
const filter = () => {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const page of pages) {
    const fits = (!status.value || page.dataset.status === status.value)
      && (!id.value || page.dataset.ids.split(" ").includes(id.value))
      && wanted.every((word) => text(page).includes(word));
    page.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${pages.length} pages`;
};
if (pages.length > 0) {
  for (const control of [words, status, id]) control.addEventListener("input", filter);
  words.form.addEventListener("submit", (event) => event.preventDefault());
  filter();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = pages.filter((page) => !page.open && !page.hidden);
    for (const page of closed) page.open = true;
  });
  addEventListener("afterprint", () => {
    for (const page of closed) page.open = false;
  });
}
