import { useState, type ReactNode } from 'react'
import { Tabs } from '@base-ui/react/tabs'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { SquareTerminal } from 'lucide-react'
import { Boundary } from './boundary'
import type { NarrowView, WorkbenchTab } from './frame-parts'
import { IconButton } from './icon-button'
import { memory } from './remember'
import { usePart } from './use-part'
import styles from './workbench.module.css'

export interface WorkbenchProps {
  readonly changes: ReactNode
  readonly files: ReactNode
  /** undefined: there is no such tab. */
  readonly preview: ReactNode | undefined
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

/** Changes, Files and Preview over the terminal's drawer. */
export function Workbench(props: WorkbenchProps): ReactNode {
  const { narrow, view, terminalOpen, visible } = props
  const hasPreview = props.preview !== undefined
  const wanted: WorkbenchTab = narrow && (view === 'changes' || view === 'files' || view === 'preview') ? view : props.tab
  const tab = wanted === 'preview' && !hasPreview ? 'files' : wanted
  const terminal = usePart(terminalOpen, narrow)
  const layout = useDefaultLayout({ id: 'tabwright.bench', storage: memory, onlySaveAfterUserInteractions: true })
  const built = {
    changes: useOnce(visible && tab === 'changes' && (!narrow || view === 'changes')),
    files: useOnce(visible && tab === 'files' && (!narrow || view === 'files')),
    preview: useOnce(hasPreview && visible && tab === 'preview' && (!narrow || view === 'preview')),
    terminal: useOnce(narrow ? view === 'terminal' : visible && terminalOpen),
  }
  return (
    <Group orientation="vertical" className={styles['bench']} defaultLayout={layout.defaultLayout} onLayoutChanged={layout.onLayoutChanged}>
      <Panel id="panes" className={styles['panes']} minSize={narrow ? 0 : 160}>
        <Tabs.Root className={styles['tabs']} value={tab} onValueChange={(next: WorkbenchTab) => props.onTab(next)}>
          <div className={styles['bar']}>
            <Tabs.List className={styles['list']} aria-label="Workbench">
              <Tabs.Tab value="changes" className={styles['tab']} aria-label="Changes">
                Changes
                {props.changeCount > 0 && <span className={styles['badge']}>{props.changeCount}</span>}
              </Tabs.Tab>
              <Tabs.Tab value="files" className={styles['tab']}>
                Files
              </Tabs.Tab>
              {hasPreview && (
                <Tabs.Tab value="preview" className={styles['tab']}>
                  Preview
                </Tabs.Tab>
              )}
              <Tabs.Indicator className={styles['indicator']} />
            </Tabs.List>
            <span className={styles['toggle']}>
              <IconButton
                label={terminalOpen ? 'Hide terminal (Ctrl+`)' : 'Show terminal (Ctrl+`)'}
                pressed={terminalOpen}
                onPress={() => props.onTerminal(!terminalOpen)}
              >
                <SquareTerminal size={16} aria-hidden />
              </IconButton>
            </span>
          </div>
          <Tabs.Panel value="changes" keepMounted className={styles['pane']}>
            {built.changes && <Boundary what="The changes">{props.changes}</Boundary>}
          </Tabs.Panel>
          <Tabs.Panel value="files" keepMounted className={styles['pane']}>
            {built.files && <Boundary what="The files">{props.files}</Boundary>}
          </Tabs.Panel>
          {hasPreview && (
            <Tabs.Panel value="preview" keepMounted className={styles['pane']}>
              {built.preview && <Boundary what="The preview">{props.preview}</Boundary>}
            </Tabs.Panel>
          )}
        </Tabs.Root>
      </Panel>
      <Separator className={styles['edge']} aria-label="Height of the terminal" />
      <Panel
        id="terminal"
        className={styles['terminal']}
        panelRef={terminal}
        collapsible
        defaultSize="28%"
        minSize={120}
        onResize={(size, _, before) => {
          if (before !== undefined && !narrow && visible && size.inPixels > 0 !== terminalOpen) props.onTerminal(size.inPixels > 0)
        }}
        inert={!narrow && !terminalOpen}
      >
        {built.terminal && <Boundary what="The terminal">{props.terminal}</Boundary>}
      </Panel>
    </Group>
  )
}

/** True from the first time that `now` was. */
function useOnce(now: boolean): boolean {
  const [was, setWas] = useState(now)
  if (now && !was) setWas(true)
  return was || now
}
