import { useState } from 'react'

/** Those already answered count until the dock is empty, so that "2 of 3" follows "1 of 3". */
export function usePlace(pending: readonly { readonly digest: string }[]): { readonly n: number; readonly of: number } {
  const [seen, setSeen] = useState<readonly string[]>([])
  const fresh = pending.map((one) => one.digest).filter((digest) => !seen.includes(digest))
  if (pending.length === 0 && seen.length > 0) setSeen([])
  if (fresh.length > 0) setSeen([...seen, ...fresh])
  const of = seen.length + fresh.length
  return { n: of - pending.length + 1, of }
}
