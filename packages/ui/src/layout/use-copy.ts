import { useEffect, useState } from 'react'
import { t, type Phrase } from '../language'

/**
 * Copies `text`; for two seconds the label says how it went. The browser may refuse, and then it says so.
 * @param name what the button says before
 */
export function useCopy(text: string, name: Phrase = 'Copy'): { readonly label: string; readonly run: () => void } {
  const [outcome, setOutcome] = useState<Phrase>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), 2000)
    return () => clearTimeout(timer)
  }, [outcome])
  const run = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('Copied'),
      () => setOutcome('The browser refused to copy'),
    )
  }
  return { label: t(outcome ?? name), run }
}
