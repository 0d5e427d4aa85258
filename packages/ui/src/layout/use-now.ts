import { useEffect, useState } from 'react'

/** The wall clock, renewed every second while `on`. Differences of it survive a sleeping tab, counted ticks would not. */
export function useNow(on: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!on) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [on])
  return now
}
