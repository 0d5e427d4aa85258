import { useEffect, useState } from 'react'

/** Nobody reads and decides faster than this; a click that was meant for what stood here before does. */
const SETTLE_MS = 500

/** False for the first half second after `what` appeared or changed. */
export function useArmed(what: string): boolean {
  const [armed, setArmed] = useState<string>()
  useEffect(() => {
    const timer = setTimeout(() => setArmed(what), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [what])
  return armed === what
}
