/** As much of an element as tells whether one types into it. */
export interface Field {
  readonly tagName: string
  readonly type?: unknown
  readonly isContentEditable?: boolean
}

/** Inputs that take no text. */
const PRESSED = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'])

/** Whether letters typed now would land in it as text. Terminals and code editors type into a hidden textarea. */
export function isTextField(field: Field | null): boolean {
  if (field === null) return false
  if (field.tagName === 'TEXTAREA') return true
  if (field.tagName === 'INPUT') return !(typeof field.type === 'string' && PRESSED.has(field.type))
  return field.isContentEditable === true
}

/**
 * Whether the focus is not to be taken from where it is. An empty text field counts: who just looks at it types the next letter there, and
 * in a card that took the focus that letter would be an answer. So does a dialog that lies over the page: what is behind it cannot be seen.
 */
export function isOccupied(): boolean {
  return isTextField(document.activeElement) || document.querySelector('[role="dialog"][data-open]') !== null
}
