import type { ReactNode } from 'react'
import { t } from '../language'
import type { SlashCommand } from './slash'
import styles from './composer.module.css'

export interface SlashHintProps {
  readonly id: string
  readonly commands: readonly SlashCommand[]
  readonly onPick: (command: SlashCommand) => void
}

/** What a slash at the start of the box may mean. The focus stays in the box; Tab completes the first. */
export function SlashHint({ id, commands, onPick }: SlashHintProps): ReactNode {
  if (commands.length === 0) return null
  return (
    <ul id={id} className={styles['commands']} aria-label={t('Commands')}>
      {commands.map((command) => (
        <li key={command.name}>
          <button type="button" tabIndex={-1} onMouseDown={(event) => event.preventDefault()} onClick={() => onPick(command)}>
            <code>
              /{command.name}
              {command.argument !== undefined && <i> [{command.argument}]</i>}
            </code>
            <span>{command.about}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
