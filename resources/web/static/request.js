// The request form: shows the other address only when it is wanted, and makes photos smaller before they are sent.
"use strict";

const form = document.querySelector("form[data-photos]");
const LONGEST = 2000;

function elsewhere() {
  const other = document.getElementById("location-other");
  const box = form.querySelector("[data-elsewhere]");
  if (other && box) box.hidden = !other.checked;
}

async function shrunk(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 700000) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (_) {
    return file;
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

async function shrinkAll(input) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const kept = new DataTransfer();
    let smaller = false;
    for (const file of input.files) {
      const made = await shrunk(file);
      smaller = smaller || made !== file;
      kept.items.add(made);
    }
    input.files = kept.files;
    const said = form.querySelector("[data-shrunk]");
    if (said) said.hidden = !smaller;
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

if (form) {
  elsewhere();
  form.addEventListener("change", (event) => {
    if (event.target.name === "location") elsewhere();
    if (event.target.id === "photos") shrinkAll(event.target);
  });
}
