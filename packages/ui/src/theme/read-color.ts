/**
 * A colour token as `#rrggbb` under the theme in force now. Monaco and xterm take only hex, while the tokens are written
 * in OKLCH with light-dark(): the browser resolves them on a probe, a canvas pixel converts to sRGB.
 * @param token with its dashes, such as `--accent`
 */
export function readColor(token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.documentElement.append(probe)
  const color = getComputedStyle(probe).color
  probe.remove()
  const canvas = document.createElement('canvas')
  canvas.width = 1
  canvas.height = 1
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (pen === null) throw new TypeError('this browser gives no 2d canvas')
  pen.fillStyle = color
  pen.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
