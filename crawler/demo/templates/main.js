document.querySelectorAll("[data-rel=tooltip]").forEach(function (link) {
  link.addEventListener("mouseover", function () { link.title = link.dataset.content; });
});
