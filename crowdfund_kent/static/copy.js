/* Copies an address or code with one press. Without this the text is there to be marked and copied by hand. */
for (const button of document.querySelectorAll("[data-ck-copy]")) {
  const field = document.getElementById(button.dataset.ckCopy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  });
}
