// Share and print a page whose address holds nothing of a person. Without this script the browser's
// own menu does both.
"use strict";

(() => {
  const box = document.querySelector(".share");
  if (!box) return;
  box.classList.remove("hidden");
  document.getElementById("print").addEventListener("click", () => print());
  const share = document.getElementById("share");
  share.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title: box.dataset.title, url: location.href });
      else {
        await navigator.clipboard.writeText(location.href);
        document.getElementById("shared").textContent = share.dataset.done;
      }
    } catch {
      // Sharing was given up, or is not allowed: the address stands in the browser.
    }
  });
})();
