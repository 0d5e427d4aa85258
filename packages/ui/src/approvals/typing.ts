import { useEffect, useRef } from 'react'

/** A pause longer than this between keys means that the person looks up. */
const PAUSE_MS = 1500

/** Tells whether a person is in the middle of typing: a text field has the focus and holds text, or a key just went down in it. */
export function useTyping(): () => boolean {
  const lastKey = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // Sending with Enter ends typing; the card that follows from it may take the focus.
      lastKey.current = event.key === 'Enter' ? Number.NEGATIVE_INFINITY : event.timeStamp
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [])
  return () => {
    const field = document.activeElement
    const text = textOf(field)
    return text !== undefined && (text !== '' || performance.now() - lastKey.current < PAUSE_MS)
  }
}

/** What a text field holds; undefined for everything that is none. Terminals and code editors type into a hidden, empty textarea. */
function textOf(field: Element | null): string | undefined {
  if (field instanceof HTMLTextAreaElement) return field.closest('.xterm, .monaco-editor') === null ? field.value : 'typing'
  if (field instanceof HTMLInputElement) return field.value
  return field instanceof HTMLElement && field.isContentEditable ? 'typing' : undefined
}
