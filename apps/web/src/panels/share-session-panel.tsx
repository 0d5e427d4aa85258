import { Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import {
  failureOf,
  SHARE_FILES,
  toBase64Url,
  type SessionId,
  type SessionRow,
  type ShareChoice,
  type SharedLink,
} from '@tabwright/protocol'
import type { Shares, ShareShelf, SharedCopy } from '@tabwright/runtime'
import { lazyLayer } from '@tabwright/ui'
import { useApp, useParts } from '../store/context'
import { offerFile, plainName } from '../store/offer-file'
import { useLives } from './use-lives'

const ShareSession = lazyLayer('This dialog', async () => (await import('@tabwright/ui/share')).ShareSession)

/** An address longer than this is cut off on its way by what people send it with. */
const LONGEST_ADDRESS = 32_000

/** Links to the open session, and files of it for others. */
export function ShareSessionPanel({ session, title }: { readonly session: SessionId; readonly title: string }): ReactNode {
  const { shares } = useParts()
  const isOpen = useApp((state) => state.sheet?.type === 'share')
  return isOpen ? <Sharing key={session} shares={shares} session={session} title={title} /> : null
}

interface SharingProps {
  readonly shares: Shares
  readonly session: SessionId
  readonly title: string
}

function Sharing({ shares, session, title }: SharingProps): ReactNode {
  const setSheet = useApp((state) => state.setSheet)
  const { shelf, failed, busy, run } = useShelf(shares)
  const lives = useLives(session)
  const sessions = useApp((state) => state.sessions)
  const orphans = useMemo(() => orphansOf(shelf, sessions), [shelf, sessions])
  const prepare = useCallback((choice: ShareChoice) => shares.prepare(session, choice), [shares, session])
  const links = useMemo(() => shelf?.links.filter((link) => link.session === session), [shelf, session])
  return (
    <Suspense>
      <ShareSession
        prepare={prepare}
        links={links}
        orphans={orphans}
        lives={lives}
        problem={shelf?.problem}
        failed={failed}
        busy={busy}
        onCreate={({ bytes }, lifetime, replaces) =>
          run(() => shares.create({ session, title, bytes, lifetime, ...(replaces !== undefined && { replaces }) }))
        }
        onRevoke={(id) => run(() => shares.revoke(id))}
        onGoLive={(choice, lifetime) => run(() => shares.live.start({ session, title, choice, lifetime }))}
        onEndLive={(id, how) => run(() => shares.live.end(id, how))}
        onSaveFile={({ bytes, title: clean }) =>
          run(async () => offerFile(new Blob([await shares.page(bytes)], { type: 'text/html' }), `${plainName(clean)}.html`))
        }
        wholeAddress={wholeAddress}
        onClose={() => setSheet(undefined)}
      />
    </Suspense>
  )
}

/** Links whose sessions are gone; none while it is not known which are there. */
function orphansOf(shelf: ShareShelf | undefined, sessions: readonly SessionRow[] | undefined): readonly SharedLink[] {
  if (!shelf || !sessions) return []
  const there = new Set(sessions.map(({ id }) => id))
  return shelf.links.filter((link) => !there.has(link.session))
}

function wholeAddress({ bytes }: Pick<SharedCopy, 'bytes'>): string | undefined {
  const address = bytes.length < LONGEST_ADDRESS ? `${location.origin}${SHARE_FILES.whole}#${toBase64Url(bytes)}` : ''
  return address === '' || address.length > LONGEST_ADDRESS ? undefined : address
}

interface Shelf {
  readonly shelf: ShareShelf | undefined
  readonly failed: string | undefined
  readonly busy: boolean
  /** Does it, and reads the list anew, whether it worked or not. */
  readonly run: (work: () => Promise<unknown>) => void
}

function useShelf(shares: Shares): Shelf {
  const [shelf, setShelf] = useState<ShareShelf>()
  const [failed, setFailed] = useState<string>()
  const [busy, setBusy] = useState(false)
  const read = useCallback(() => shares.list().then(setShelf, (error: unknown) => setFailed(failureOf(error).message)), [shares])
  useEffect(() => void read(), [read])
  const run = useCallback(
    (work: () => Promise<unknown>): void => {
      setBusy(true)
      setFailed(undefined)
      const done = work().catch((error: unknown) => setFailed(failureOf(error).message))
      void done.then(read).finally(() => setBusy(false))
    },
    [read],
  )
  return { shelf, failed, busy, run }
}
