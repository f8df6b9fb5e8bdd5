// biome-ignore-all lint/correctness/noUnusedVariables: the test calls them in the page that it looks at

function poorContrasts() {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });

  /** The colour that is seen where these lie upon each other, the lowest first. */
  function mix(colours) {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }

  function grounds(element) {
    if (element === null) return [];
    return [...grounds(element.parentElement), getComputedStyle(element).backgroundColor];
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(element) {
    const under = grounds(element);
    const ground = luminance(mix(under));
    const text = luminance(mix([...under, getComputedStyle(element).color]));
    return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
  }

  const hasText = (element) =>
    [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '',
    );
  return [...document.querySelectorAll('body *')]
    .filter((element) => hasText(element) && element.checkVisibility())
    .map((element) => ({ element, ratio: contrast(element) }))
    .filter(({ ratio }) => ratio < 4.5)
    .map(({ element, ratio }) => `${element.className || element.tagName}: ${ratio.toFixed(2)}`);
}

function nameless() {
  const controls = document.querySelectorAll('a, button, input:not([type=hidden]), progress, [role=log]');
  return [...controls]
    .filter((element) => !element.labels?.length && !element.getAttribute('aria-label'))
    .filter((element) => element.textContent.trim() === '')
    .map((element) => element.outerHTML);
}
