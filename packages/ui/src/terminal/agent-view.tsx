import { type JSX, useEffect, useState } from 'react'
import { failureOf } from '@tabwright/protocol'
import { t } from '../language'
import { Button } from '../layout/button'
import css from './terminal.module.css'
import type { AgentSource } from './terminal-source'
import { TerminalView, type TerminalViewProps } from './terminal-view'

export interface AgentViewProps extends Omit<TerminalViewProps, 'label' | 'source' | 'hint' | 'keyboard'> {
  readonly agent: AgentSource
}

/** The agent's shell: to look at, and to type into once it is taken over. */
export function AgentView({ agent, readOnly, isAsked, onFocused, ...view }: AgentViewProps): JSX.Element {
  const [isTaken, setTaken] = useState(false)
  // Whoever takes over types next: on the button that was pressed a space would give the shell back.
  const [isKeyed, setKeyed] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const change = (take: boolean): void => {
    setTrouble(undefined)
    const done = take ? agent.takeOver() : agent.giveBack()
    done.then(
      () => {
        setTaken(take)
        setKeyed(take)
      },
      (thrown: unknown) => setTrouble(failureOf(thrown).message),
    )
  }
  // Another tab writes the session now: nothing is this one's.
  useEffect(() => {
    if (readOnly) setTaken(false)
  }, [readOnly])
  return (
    <div className={css.agent}>
      <div className={css.strip}>
        <span>
          {trouble ?? (isTaken ? t('You type into the agent’s shell; it is told.') : t('What the agent runs; take over to type.'))}
        </span>
        <Button look="plain" disabled={readOnly} onPress={() => change(!isTaken)}>
          {isTaken ? t('Give back') : t('Take over')}
        </Button>
      </div>
      <TerminalView
        label={t('Commands of the agent')}
        source={agent}
        hint={t('The agent has run nothing yet.')}
        keyboard={agent}
        readOnly={readOnly || !isTaken}
        isAsked={isAsked || isKeyed}
        onFocused={() => {
          setKeyed(false)
          if (isAsked) onFocused()
        }}
        {...view}
      />
    </div>
  )
}
