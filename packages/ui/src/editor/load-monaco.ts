import { failureOf } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import { t } from '../language'

/** The module that holds Monaco: some 3 MB, so it comes when the first editor or diff opens. */
export type MonacoModule = typeof import('./monaco')

let loading: Promise<MonacoModule> | undefined

/** Fetches Monaco once. After a failure (offline, a new build) the next call tries again. */
function loadMonaco(): Promise<MonacoModule> {
  loading ??= import('./monaco').catch((thrown: unknown) => {
    loading = undefined
    throw thrown
  })
  return loading
}

/** How far the loading is, for a component. */
export type MonacoState =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly monaco: MonacoModule }
  | { readonly type: 'failed'; readonly message: string; readonly retry: () => void }

/** Monaco for a component that is on the page. */
export function useMonaco(): MonacoState {
  const [state, setState] = useState<MonacoState>({ type: 'loading' })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let gone = false
    loadMonaco().then(
      (monaco) => {
        if (!gone) setState({ type: 'ready', monaco })
      },
      (thrown: unknown) => {
        if (gone) return
        const message = t('The editor could not be loaded ({message}). Your files are untouched.', { message: failureOf(thrown).message })
        setState({
          type: 'failed',
          message,
          retry: () => {
            setState({ type: 'loading' })
            setAttempt((n) => n + 1)
          },
        })
      },
    )
    return () => {
      gone = true
    }
  }, [attempt])
  return state
}
