import { useState, type ReactNode } from 'react'
import { Tabs } from '@base-ui/react/tabs'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { SquareTerminal } from 'lucide-react'
import { t, type Phrase } from '../language'
import { Boundary } from './boundary'
import { isWorkbenchTab, WORKBENCH_TABS, type NarrowView, type WorkbenchPanes, type WorkbenchTab } from './frame-parts'
import { IconButton } from './icon-button'
import { PaneShown } from './pane-shown'
import { memory } from './remember'
import { usePart } from './use-part'
import styles from './workbench.module.css'

export interface WorkbenchProps {
  readonly panes: WorkbenchPanes
  readonly terminal: ReactNode
  readonly changeCount: number
  readonly tab: WorkbenchTab
  readonly onTab: (tab: WorkbenchTab) => void
  readonly terminalOpen: boolean
  readonly onTerminal: (open: boolean) => void
  readonly narrow: boolean
  readonly view: NarrowView
  /** Someone can see it: a pane is first built then, and kept from there on. */
  readonly visible: boolean
}

/** Each tab's label, and how a sentence names what is in it. */
const TABS: Readonly<Record<WorkbenchTab, readonly [label: Phrase, what: Phrase]>> = {
  changes: ['Changes', 'The changes'],
  files: ['Files', 'The files'],
  preview: ['Preview', 'The preview'],
  tasks: ['Tasks', 'The tasks'],
  trace: ['Trace', 'The trace'],
  context: ['Context', 'The context'],
}

/** Of the height, for the terminal's drawer. */
const DRAWER = '28%'

/** What the tabs hold over the terminal's drawer. */
export function Workbench(props: WorkbenchProps): ReactNode {
  const { narrow, view, terminalOpen, visible, panes } = props
  const wanted: WorkbenchTab = narrow && isWorkbenchTab(view) ? view : props.tab
  const tab = panes[wanted] === undefined ? 'files' : wanted
  const terminal = usePart(terminalOpen, narrow, DRAWER)
  const layout = useDefaultLayout({ id: 'tabwright.bench', storage: memory, onlySaveAfterUserInteractions: true })
  const isTerminalBuilt = useOnce(narrow ? view === 'terminal' : visible && terminalOpen)
  const tabs = WORKBENCH_TABS.filter((one) => panes[one] !== undefined)
  return (
    <Group orientation="vertical" className={styles['bench']} defaultLayout={layout.defaultLayout} onLayoutChanged={layout.onLayoutChanged}>
      <Panel id="panes" className={styles['panes']} minSize={narrow ? 0 : 160}>
        <Tabs.Root className={styles['tabs']} value={tab} onValueChange={(next: WorkbenchTab) => props.onTab(next)}>
          <div className={styles['bar']}>
            <Tabs.List className={styles['list']} aria-label={t('Workbench')}>
              {tabs.map((one) => (
                <Tabs.Tab key={one} value={one} data-testid={`tab-${one}`} className={styles['tab']}>
                  {t(TABS[one][0])}
                  {one === 'changes' && props.changeCount > 0 && (
                    <span className={styles['badge']} aria-hidden data-count={props.changeCount} />
                  )}
                </Tabs.Tab>
              ))}
              <Tabs.Indicator className={styles['indicator']} />
            </Tabs.List>
            <span className={styles['toggle']}>
              <IconButton
                label={terminalOpen ? t('Hide terminal (Ctrl+`)') : t('Show terminal (Ctrl+`)')}
                pressed={terminalOpen}
                onPress={() => props.onTerminal(!terminalOpen)}
              >
                <SquareTerminal size={16} aria-hidden />
              </IconButton>
            </span>
          </div>
          {tabs.map((one) => (
            <Tabs.Panel key={one} value={one} keepMounted className={styles['pane']}>
              <Once now={visible && tab === one && (!narrow || view === one)}>
                <Boundary what={TABS[one][1]}>{panes[one]}</Boundary>
              </Once>
            </Tabs.Panel>
          ))}
        </Tabs.Root>
      </Panel>
      <Separator className={styles['edge']} aria-label={t('Height of the terminal')} />
      <Panel
        id="terminal"
        className={styles['terminal']}
        panelRef={terminal}
        collapsible
        defaultSize={DRAWER}
        minSize={120}
        onResize={(size, _, before) => {
          if (before !== undefined && !narrow && visible && size.inPixels > 0 !== terminalOpen) props.onTerminal(size.inPixels > 0)
        }}
        inert={!narrow && !terminalOpen}
      >
        {isTerminalBuilt && <Boundary what="The terminal">{props.terminal}</Boundary>}
      </Panel>
    </Group>
  )
}

/** Built when it is first looked at, and kept from there on. */
function Once({ now, children }: { readonly now: boolean; readonly children: ReactNode }): ReactNode {
  const isBuilt = useOnce(now)
  return isBuilt && <PaneShown value={now}>{children}</PaneShown>
}

/** True from the first time that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now)
  if (now && !was) setWas(true)
  return was || now
}
