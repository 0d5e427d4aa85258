import { Suspense, useEffect, type ReactNode } from 'react'
import { sessionId, type SessionId, type SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { AppFrame, Boundary, Button, lazyLayer, memory, Toast } from '@tabwright/ui'
import { language, t } from '@tabwright/ui/language'
import { useLocation, useRoute } from 'wouter'
import { Banners } from './panels/banners'
import { HomePanel } from './panels/home-panel'
import {
  ChangesPanel,
  ContextPanel,
  Conversation,
  FilesPanel,
  PreviewPanel,
  SessionLayers,
  TasksPanel,
  TerminalPanel,
  TracePanel,
} from './panels/lazy-session'
import { PalettePanel } from './panels/palette-panel'
import { RelayAsks } from './panels/relay-asks'
import { SessionsPanel } from './panels/sessions-panel'
import { TopPanel } from './panels/top-panel'
import { ForkSharedPanel } from './panels/fork-shared-panel'
import { SharePanel } from './panels/share-panel'
import { usePageTitle } from './panels/use-page-title'
import { Opening } from './panels/opening'
import { usePreviews, useServed } from './panels/use-previews'
import { useShortcuts } from './panels/use-shortcuts'
import { homeAddress } from './store/address'
import { useApp, useParts } from './store/context'
import { isFirstVisit } from './store/frame-memory'
import { useHandle, useScreen } from './store/session-view'
import { withStronger } from './store/quality'
import { chosenModel } from './store/when-long'
import styles from './app.module.css'

/** Loaded when they are first asked for. */
const SettingsPanel = lazyLayer('The settings', async () => (await import('./panels/settings-panel')).SettingsPanel)

/** What the address asks for. */
type Place = { readonly type: 'home' } | { readonly type: 'session'; readonly id: SessionId } | { readonly type: 'nowhere' }

function usePlace(): Place {
  const [isSession, params] = useRoute('/s/:id')
  const [isHome] = useRoute('/')
  if (isHome) return { type: 'home' }
  if (!isSession) return { type: 'nowhere' }
  try {
    return { type: 'session', id: sessionId(params.id) }
  } catch (error) {
    // What is in an address bar can be anything; what is no id is a place that does not exist.
    if (error instanceof TypeError) return { type: 'nowhere' }
    throw error
  }
}

/** The whole page. In another language everything is drawn anew; what is under way in the workers goes on. */
export function App(): ReactNode {
  useApp((state) => state.language)
  return <Page key={language()} />
}

function Page(): ReactNode {
  const place = usePlace()
  const wanted = place.type === 'session' ? place.id : undefined
  const sessions = useApp((state) => state.sessions)
  const session = sessions?.find((one) => one.id === wanted)
  const handle = useHandle(session?.id)
  const changeCount = useScreen(handle, (screen) => screen.changes.length) ?? 0
  const open = useApp((state) => state.open)
  const setOpen = useApp((state) => state.setOpen)
  const tab = useApp((state) => state.tab)
  const setTab = useApp((state) => state.setTab)
  const view = useApp((state) => state.view)
  const isSet = useApp((state) => state.settings !== undefined)
  const setView = useApp((state) => state.setView)
  usePageTitle(handle, session)
  useFirstChange(changeCount)
  useShortcuts(handle, wanted)
  useReconnect()
  const hasPreview = usePreviews()
  useServed(handle, hasPreview)
  const bench = handle && {
    panes: {
      changes: <ChangesPanel handle={handle} />,
      files: <FilesPanel handle={handle} />,
      preview: hasPreview ? <PreviewPanel handle={handle} /> : undefined,
      tasks: <TasksPanel handle={handle} />,
      trace: <TracePanel handle={handle} />,
      context: <ContextPanel handle={handle} />,
    },
    terminal: <TerminalPanel handle={handle} />,
    changeCount,
  }
  return (
    <>
      <AppFrame
        top={<TopPanel session={session} handle={handle} />}
        banners={
          <>
            <Banners handle={handle} session={session} />
            <RelayAsks />
          </>
        }
        sessions={<SessionsPanel current={wanted} />}
        chat={
          <Boundary what="This page">
            <Middle place={place} known={sessions !== undefined} session={session} handle={handle} />
          </Boundary>
        }
        bench={bench}
        open={open}
        onOpen={setOpen}
        tab={tab}
        onTab={setTab}
        view={view}
        onView={setView}
      />
      {isSet && (
        <Suspense>
          <SettingsPanel current={wanted} handle={handle} />
        </Suspense>
      )}
      <PalettePanel session={session} handle={handle} />
      <Notices />
      <SharePanel />
      {session !== undefined && (
        <Suspense>
          <SessionLayers session={session} handle={handle} />
        </Suspense>
      )}
      <ForkSharedPanel />
    </>
  )
}

interface MiddleProps {
  readonly place: Place
  readonly known: boolean
  readonly session: SessionRow | undefined
  readonly handle: SessionHandle | undefined
}

function Middle({ place, known, session, handle }: MiddleProps): ReactNode {
  const [, navigate] = useLocation()
  if (place.type === 'home') return <HomePanel />
  if (place.type === 'session' && (!known || session !== undefined))
    return (
      <Suspense fallback={<Opening />}>
        <Conversation handle={session && handle} />
      </Suspense>
    )
  return (
    <div className={styles['gone']} role="alert">
      <h1>{t(place.type === 'session' ? 'This session is not in this browser' : 'There is nothing at this address')}</h1>
      <p>
        {place.type === 'session'
          ? t(
              'Sessions live in the browser profile in which they were started. This one may have been deleted, or the link is from another place.',
            )
          : t('It may be cut off or mistyped. Your sessions are where they were, in the list of sessions.')}
      </p>
      <Button look="primary" onPress={() => navigate(homeAddress(location.search))}>
        {t('Start page')}
      </Button>
    </div>
  )
}

function Notices(): ReactNode {
  const notice = useApp((state) => state.notice)
  const drop = useApp((state) => state.dropNotice)
  const undo = useApp((state) => state.undoNotice)
  if (notice === undefined) return null
  const isBack = notice.restores !== undefined || notice.undo !== undefined
  const action = isBack ? { action: { label: t('Undo'), onPress: () => void undo() } } : {}
  return <Toast key={notice.id} text={notice.text} lasts={10_000} onGone={drop} {...action} />
}

/** The workbench opens by itself once in a lifetime: at the first change, for a person who never touched it. The focus stays. */
function useFirstChange(changes: number): void {
  const setOpen = useApp((state) => state.setOpen)
  useEffect(() => {
    if (changes > 0 && isFirstVisit(memory)) setOpen('workbench', true)
  }, [changes, setOpen])
}

/** Sessions that are open use what the page is connected to from their next turn on. */
function useReconnect(): void {
  const { handles, store } = useParts()
  const connection = useApp((state) => state.connection)
  const whenLong = useApp((state) => state.whenLong)
  const limits = useApp((state) => state.limits)
  const guards = useApp((state) => state.guards)
  const wish = useApp((state) => state.quality)
  useEffect(() => {
    if (connection === undefined) return
    const use = { whenLong, limits, guards, quality: withStronger(wish, connection.models) }
    handles.reconnect({ model: chosenModel(connection.model, use), access: connection.access })
  }, [handles, store, connection, whenLong, limits, guards, wish])
}
