import { Suspense, useRef, type MouseEvent, type ReactNode } from 'react'
import { t } from '../language'
import { lazyPart } from './lazy-part'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { BottomTabs } from './bottom-tabs'
import type { FrameOpen, FramePart, NarrowView, WorkbenchPanes, WorkbenchTab } from './frame-parts'
import { memory } from './remember'
import { useNarrow } from './use-narrow'
import { usePart } from './use-part'
import { useRoom } from './use-room'
import styles from './app-frame.module.css'

/** The start page has none. */
const Workbench = lazyPart('The workbench', async () => (await import('./workbench')).Workbench)

export interface AppFrameProps {
  readonly top: ReactNode
  readonly banners: ReactNode
  readonly sessions: ReactNode
  readonly chat: ReactNode
  /** undefined on pages without a session: then there is no workbench. */
  readonly bench:
    | {
        /** What is in each tab; `preview` is undefined where this page's server has no names for previews. */
        readonly panes: WorkbenchPanes
        readonly terminal: ReactNode
        readonly changeCount: number
      }
    | undefined
  readonly open: FrameOpen
  readonly onOpen: (part: FramePart, open: boolean) => void
  readonly tab: WorkbenchTab
  readonly onTab: (tab: WorkbenchTab) => void
  readonly view: NarrowView
  readonly onView: (view: NarrowView) => void
}

/**
 * Three columns on a wide screen, one at a time on a narrow one. It is the same tree either way, moved by style alone:
 * crossing the breakpoint remounts nothing, so a conversation keeps its place and a terminal its text.
 */
export function AppFrame(props: AppFrameProps): ReactNode {
  const { open, onOpen, bench, view } = props
  const narrow = useNarrow()
  const sessions = usePart(open.sessions, narrow)
  const workbench = usePart(open.workbench && bench !== undefined, narrow)
  const layout = useDefaultLayout({ id: 'tabwright.columns', storage: memory, onlySaveAfterUserInteractions: true })
  const main = useRef<HTMLElement>(null)
  const skip = (event: MouseEvent): void => {
    // The address stays: a hash in it would be another place.
    event.preventDefault()
    if (narrow) props.onView('chat')
    main.current?.focus()
  }
  const follow = useRoom(open, onOpen, narrow)
  return (
    <div className={styles['frame']} data-narrow={narrow || undefined} data-view={view} data-bench={bench !== undefined || undefined}>
      <a href="#main" className={styles['skip']} onClick={skip}>
        {t('Skip to the conversation')}
      </a>
      {props.top}
      {props.banners}
      <Group
        orientation="horizontal"
        className={styles['columns']}
        defaultLayout={layout.defaultLayout}
        onLayoutChanged={layout.onLayoutChanged}
      >
        <Panel
          id="sessions"
          className={styles['sessions']}
          panelRef={sessions}
          collapsible
          defaultSize={260}
          minSize={200}
          maxSize={360}
          groupResizeBehavior="preserve-pixel-size"
          onResize={(size, _, before) => before !== undefined && follow('sessions', size.inPixels)}
          inert={!narrow && !open.sessions}
        >
          {props.sessions}
        </Panel>
        <Separator className={styles['edge']} aria-label={t('Width of the sessions column')} />
        <Panel id="chat" className={styles['chat']} minSize={narrow ? 0 : 380}>
          <main ref={main} id="main" tabIndex={-1} className={styles['main']}>
            {props.chat}
          </main>
        </Panel>
        <Separator className={styles['edge']} aria-label={t('Width of the workbench')} disabled={bench === undefined} />
        <Panel
          id="workbench"
          className={styles['workbench']}
          panelRef={workbench}
          collapsible
          defaultSize="42%"
          minSize={320}
          onResize={(size, _, before) => before !== undefined && bench !== undefined && follow('workbench', size.inPixels)}
          inert={!narrow && (bench === undefined || !open.workbench)}
        >
          {bench !== undefined && (
            <Suspense>
              <Workbench
                {...bench}
                tab={props.tab}
                onTab={props.onTab}
                terminalOpen={open.terminal}
                onTerminal={(on) => onOpen('terminal', on)}
                narrow={narrow}
                view={view}
                visible={narrow || open.workbench}
              />
            </Suspense>
          )}
        </Panel>
      </Group>
      <BottomTabs
        view={view}
        onView={props.onView}
        withBench={bench !== undefined}
        withPreview={bench?.panes.preview !== undefined}
        changeCount={bench?.changeCount ?? 0}
      />
    </div>
  )
}
