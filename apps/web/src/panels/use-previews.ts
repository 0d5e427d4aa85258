import { useEffect, useState } from 'react'
import { hasPreviews } from '@tabwright/runtime'
import { useApp } from '../store/context'

/** Whether there can be a preview here: where the page comes from must have names for them. Asked again when the relay is another. */
export function usePreviews(): boolean {
  const relay = useApp((state) => state.relay)
  const [has, setHas] = useState(false)
  useEffect(() => {
    let isWanted = true
    hasPreviews().then((found) => {
      // A relay that is gone for a moment takes nothing off the screen.
      if (isWanted && found) setHas(true)
    }, reportError)
    return () => {
      isWanted = false
    }
  }, [relay])
  return has
}
