// The booking pages work without this: it counts down a held time, adds up what is chosen, and sends a form once.
"use strict";

(() => {
  const held = document.getElementById("held");
  if (held) {
    const until = Number(held.dataset.until) * 1000;
    const tell = () => {
      const left = until - Date.now();
      held.textContent = left <= 0 ? held.dataset.over
        : left < 60000 ? held.dataset.last : held.dataset.words.replace("{n}", String(Math.ceil(left / 60000)));
      if (left > 0) setTimeout(tell, Math.min(left, 5000));
    };
    tell();
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
  });

  const services = document.getElementById("services");
  const total = document.getElementById("total");
  if (services && total) {
    const scale = 10 ** Number(total.dataset.exponent);
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: total.dataset.currency });
    const add = () => {
      const chosen = [...services.querySelectorAll("input[name=service]:checked")];
      const sum = (name) => chosen.reduce((all, one) => all + Number(one.dataset[name]), 0);
      const least = chosen.find((one) => one.dataset.from);
      const price = money.format(sum("cents") / scale);
      const minutes = Math.round(sum("seconds") / 60);
      const time = [Math.floor(minutes / 60) && `${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} min`];
      const what = [least ? least.dataset.from.replace("{price}", price) : price, time.filter(Boolean).join(" ")];
      total.hidden = chosen.length < 2;
      total.textContent = total.dataset.words.replace("{what}", what.join(", "));
    };
    services.addEventListener("change", add);
    addEventListener("pageshow", add);
  }

  const days = [...document.querySelectorAll("details.day")];
  for (const day of days) {
    day.addEventListener("toggle", () => {
      if (day.open) for (const other of days) if (other !== day) other.open = false;
    });
  }

  const wrong = document.getElementById("errors");
  if (wrong) wrong.focus();
})();
