// Conveniences only: every page works without this file. It reads no text of traces and writes no markup.
"use strict";

// a choice in the list's filters shows at once
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });
  // an address without empty parts is shorter to keep
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}

const statement = document.getElementById("statement");
statement?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) statement.form.requestSubmit();
});

// j next, k before, u up to the list, a accept, r reject, / words
const keys = { j: "a[rel=next]", k: "a[rel=prev]", u: "a[rel=up]", a: "button[value=accept]", r: "button[value=reject]" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  if (event.key === "/") {
    document.querySelector(".search input")?.focus();
    event.preventDefault();
  } else if (keys[event.key]) {
    document.querySelector(keys[event.key])?.click();
  }
});
