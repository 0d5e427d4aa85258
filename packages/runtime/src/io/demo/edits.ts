/** One change, computed from the file as it was read. */
export interface Edit {
  readonly path: string
  readonly oldText: string
  readonly newText: string
  /** What it does, as the end of a sentence. */
  readonly what: string
}

/** `done`: the file does it already. `lost`: the script does not recognise the place, so it does not guess. */
export type Plan = { readonly type: 'edit'; readonly edit: Edit } | { readonly type: 'done' } | { readonly type: 'lost' }

export const CART = 'src/cart.js'
export const DISCOUNT = 'src/discount.js'

/** Adding an item again must add to its quantity instead of replacing it. */
export function planQuantity(content: string): Plan {
  if (/quantity:.*\+/.test(content)) return { type: 'done' }
  const line = findLine(content, /^(\s*)(\w+)\.set\((\w+)\.id, \{ \.\.\.\3, (\w+) \}\)(;?)$/)
  if (!line) return { type: 'lost' }
  const [text, indent = '', map = '', item = '', quantity = '', end = ''] = line
  const newText = [
    `${indent}const before = ${map}.get(${item}.id)?.${quantity} ?? 0${end}`,
    `${indent}${map}.set(${item}.id, { ...${item}, ${quantity}: before + ${quantity} })${end}`,
  ].join('\n')
  return once(content, { path: CART, oldText: text, newText, what: 'an item that is added again adds to its quantity' })
}

/** Codes with a fixed amount. Says nothing of totals below the amount: the tests find that out. */
export function planFixed(content: string): Plan {
  if (/\.fixed\b/.test(content)) return { type: 'done' }
  const total = /function applyCode\((\w+)/.exec(content)?.[1]
  const line = findLine(content, /^(\s*)return .*\b(\w+)\.percent\b[^;]*(;?)$/)
  if (!total || !line) return { type: 'lost' }
  const [text, indent = '', rule = '', end = ''] = line
  const newText = `${indent}if (${rule}.fixed) return ${total} - ${rule}.fixed${end}\n${text}`
  return once(content, { path: DISCOUNT, oldText: text, newText, what: 'a fixed code such as TAKE5 takes its amount off' })
}

/** A fixed code must not take more than there is. */
export function planFloor(content: string): Plan {
  if (/Math\.max\(0,.*\.fixed/.test(content)) return { type: 'done' }
  const found = /return (\w+ - \w+\.fixed)\b/.exec(content)
  if (!found) return { type: 'lost' }
  return once(content, { path: DISCOUNT, oldText: found[0], newText: `return Math.max(0, ${found[1]})`, what: 'a total stops at zero' })
}

/** `edit_file` wants a text that occurs once; everything else would be a guess. */
function once(content: string, edit: Edit): Plan {
  return content.split(edit.oldText).length === 2 ? { type: 'edit', edit } : { type: 'lost' }
}

function findLine(content: string, shape: RegExp): RegExpExecArray | undefined {
  for (const line of content.split('\n')) {
    const found = shape.exec(line)
    if (found) return found
  }
  return undefined
}
