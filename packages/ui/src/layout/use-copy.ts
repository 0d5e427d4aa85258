import { useEffect, useState } from 'react'

/** Copies `text`; for two seconds the label says how it went. The browser may refuse, and then it says so. */
export function useCopy(text: string): { readonly label: string; readonly run: () => void } {
  const [label, setLabel] = useState('Copy')
  useEffect(() => {
    if (label === 'Copy') return
    const timer = setTimeout(() => setLabel('Copy'), 2000)
    return () => clearTimeout(timer)
  }, [label])
  const run = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setLabel('Copied'),
      () => setLabel('The browser refused to copy'),
    )
  }
  return { label, run }
}
