import { useEffect, useState } from 'react'
import { failureOf } from '@tabwright/protocol'
import { said } from '../language'

/** Something that is read once for each `load`. */
export type Loaded<T> =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly value: T }
  | { readonly type: 'failed'; readonly message: string }

/** Reads anew whenever `load` is another function; an answer to an older one is dropped. */
export function useLoad<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ readonly of: () => Promise<T>; readonly loaded: Loaded<T> }>()
  useEffect(() => {
    let gone = false
    const put = (loaded: Loaded<T>): void => {
      if (!gone) setState({ of: load, loaded })
    }
    load().then(
      (value) => put({ type: 'ready', value }),
      (thrown: unknown) => put({ type: 'failed', message: said(failureOf(thrown).message) }),
    )
    return () => {
      gone = true
    }
  }, [load])
  return state?.of === load ? state.loaded : { type: 'loading' }
}

/** As {@link useLoad}; while something is read anew, what was there stays. */
export function useKept<T>(load: () => Promise<T>): Loaded<T> {
  const state = useLoad(load)
  const [kept, setKept] = useState<Loaded<T>>(state)
  if (state.type !== 'loading' && kept !== state) setKept(state)
  return state.type === 'loading' ? kept : state
}
