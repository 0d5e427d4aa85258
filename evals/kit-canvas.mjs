// For checkers of projects that draw.

/** A 2D context that remembers what was drawn: each call with its arguments and the colour that held. */
export function recordingContext() {
  /** @type {{ name: string, args: any[], fillStyle: unknown, globalAlpha: unknown }[]} */
  const calls = []
  /** @type {Record<string, any>} */
  const state = { fillStyle: '#000000', strokeStyle: '#000000', globalAlpha: 1, font: '', lineWidth: 1, textAlign: 'start' }
  const context = new Proxy(state, {
    get: (target, name) => {
      if (typeof name !== 'string' || name in target) return target[/** @type {string} */ (name)]
      if (name === 'measureText') return (/** @type {string} */ text) => ({ width: text.length * 9 })
      return (/** @type {any[]} */ ...args) => void calls.push({ name, args, fillStyle: target.fillStyle, globalAlpha: target.globalAlpha })
    },
  })
  const texts = () => calls.filter(({ name }) => name === 'fillText' || name === 'strokeText').map(({ args }) => String(args[0]))
  return { context, calls, texts }
}
