import { type JSX, useCallback, useState } from 'react'
import { Tabs } from '@base-ui/react/tabs'
import { Accessibility, Search } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { useScreenReader } from '../layout/screen-reader'
import css from './terminal.module.css'
import { AgentView } from './agent-view'
import type { AgentSource, KeyboardSource } from './terminal-source'
import { TerminalView } from './terminal-view'

export interface TerminalPaneProps {
  /** The person's shell. */
  readonly terminal: KeyboardSource
  readonly agent: AgentSource
  /** Output is shown, nothing can be typed: another tab writes the session, or it is not open yet. */
  readonly readOnly: boolean
  /** Why nothing can be typed, as a sentence; left out where that needs no word. */
  readonly why: string | undefined
  /** It is to have the focus, as soon as it can. */
  readonly isAsked: boolean
  readonly onFocused: () => void
}

type Shown = 'person' | 'agent'

/** The terminals of a session: the person's, and the agent's to look at. */
export function TerminalPane({ terminal, agent, readOnly, why, isAsked, onFocused }: TerminalPaneProps): JSX.Element {
  const [shown, setShown] = useState<Shown>('person')
  const [searched, setSearched] = useState<Shown>()
  const { isOn: screenReader, set: read } = useScreenReader()
  // A session that is still being opened gives the focus elsewhere, and takes no key.
  const isWanted = isAsked && (!readOnly || why !== undefined)
  const searchPerson = useCallback((on: boolean) => setSearched(on ? 'person' : undefined), [])
  const searchAgent = useCallback((on: boolean) => setSearched(on ? 'agent' : undefined), [])
  return (
    <Tabs.Root className={css.tabs} value={shown} onValueChange={(next: Shown) => setShown(next)}>
      <div className={css.bar}>
        <Tabs.List className={css.list} aria-label={t('Terminals')}>
          <Tabs.Tab value="person" className={css.tab}>
            {t('Terminal')}
          </Tabs.Tab>
          <Tabs.Tab value="agent" className={css.tab}>
            {t('Agent')}
          </Tabs.Tab>
        </Tabs.List>
        <IconButton
          label={t('Search (Ctrl+F)')}
          pressed={searched === shown}
          onPress={() => setSearched(searched === shown ? undefined : shown)}
        >
          <Search size={15} aria-hidden />
        </IconButton>
        <IconButton label={t('Screen reader mode')} pressed={screenReader} onPress={() => read(!screenReader)}>
          <Accessibility size={15} aria-hidden />
        </IconButton>
      </div>
      {why !== undefined && (
        <p role="status" className={css.why}>
          {why}
        </p>
      )}
      <Tabs.Panel value="person" keepMounted tabIndex={-1} className={css.panel}>
        <TerminalView
          label={t('Terminal')}
          source={terminal}
          hint={t('Click here or press a key to start a shell.')}
          keyboard={terminal}
          readOnly={readOnly}
          screenReader={screenReader}
          searching={searched === 'person'}
          onSearch={searchPerson}
          isAsked={isWanted && shown === 'person'}
          onFocused={onFocused}
        />
      </Tabs.Panel>
      <Tabs.Panel value="agent" keepMounted tabIndex={-1} className={css.panel}>
        <AgentView
          agent={agent}
          readOnly={readOnly}
          screenReader={screenReader}
          searching={searched === 'agent'}
          onSearch={searchAgent}
          isAsked={isWanted && shown === 'agent'}
          onFocused={onFocused}
        />
      </Tabs.Panel>
    </Tabs.Root>
  )
}
