import { useEffect, useState, type ReactNode } from 'react'
import { failureOf, type Failure } from '@tabwright/protocol'
import { readShared, type SharedSession } from '@tabwright/runtime/shared'
import { NotShown, Viewer } from '@tabwright/ui/viewer'
import { exportName, offerFile } from '../store/offer-file'
import type { CopySource } from './source'
import { useTitle } from './use-title'

type State =
  | { readonly type: 'loading' }
  | { readonly type: 'open'; readonly session: SharedSession; readonly archive: Uint8Array<ArrayBuffer> }
  | { readonly type: 'refused'; readonly failure: Failure }

/** What may be otherwise the next time. */
const AGAIN = new Set<Failure['code']>(['offline', 'busy', 'cut', 'unavailable'])

/** The page that shows a shared session, or says in one sentence why it does not. */
export function ViewerPage({ source }: { readonly source: CopySource }): ReactNode {
  const [state, setState] = useState<State>({ type: 'loading' })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let isHere = true
    const show = (next: State): void => {
      if (isHere) setState(next)
    }
    load(source).then(show, (error: unknown) => show({ type: 'refused', failure: failureOf(error) }))
    return () => {
      isHere = false
    }
  }, [source, tries])
  useTitle(state.type === 'open' ? state.session.title : undefined)
  if (state.type === 'loading') return <p role="status">Opening the shared session …</p>
  if (state.type === 'refused') {
    const { code, message } = state.failure
    const again = (): void => {
      setState({ type: 'loading' })
      setTries(tries + 1)
    }
    return <NotShown message={message} onAgain={AGAIN.has(code) ? again : undefined} />
  }
  const { session, archive } = state
  const save = (): void => offerFile(new Blob([archive], { type: 'application/zip' }), exportName(session.title))
  return <Viewer {...session} forkAddress={source.forkAddress} onSave={save} />
}

async function load(source: CopySource): Promise<State> {
  const archive = await source.load()
  return { type: 'open', session: await readShared(archive), archive }
}
