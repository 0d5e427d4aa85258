import { createContext, useContext, type ReactNode } from 'react'
import type { CallRow } from '@tabwright/protocol'
import { FileSearch, SquareTerminal } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { plural, t } from '../language'
import { Button } from '../layout/button'
import { placesIn, MOST_PLACES, type FilePlace } from './places-in'
import { textField } from './tool-line'
import styles from './tool-card.module.css'

/** Where a card can lead. Without it nothing of it leads anywhere. Keep the object. */
export interface CardDoors {
  readonly openFile: (path: string, line?: number) => void
  readonly openTerminal: () => void
  /** Runs a command again as the person's own, in their terminal; left out where they may not. */
  readonly rerun?: ((command: string) => void) | undefined
}

/** The ways out of the cards of a conversation. */
export const Doors = createContext<CardDoors | undefined>(undefined)

/** A file's name that opens it, where that can be done. */
export function FileLink({ path, line }: FilePlace): ReactNode {
  const doors = useContext(Doors)
  const shown = line === undefined ? path : `${path}:${line}`
  const text = (
    <bdi>
      <Visible text={shown} />
    </bdi>
  )
  if (doors === undefined) return text
  return (
    <button
      type="button"
      className={styles['place']}
      aria-label={t('Open {path}', { path: shown })}
      onClick={() => doors.openFile(path, line)}
    >
      {text}
    </button>
  )
}

/** The files and lines that a look-up found, each a way to it. */
export function CardPlaces({ row }: { readonly row: CallRow }): ReactNode {
  const doors = useContext(Doors)
  const places = placesIn(row)
  if (doors === undefined || places.length === 0) return null
  const shown = places.slice(0, MOST_PLACES)
  return (
    <div className={styles['places']}>
      <FileSearch size={13} aria-hidden />
      <ul aria-label={t('Open in the editor')}>
        {shown.map(({ path, line }) => (
          <li key={`${path}:${line ?? ''}`}>
            <FileLink path={path} line={line} />
          </li>
        ))}
        {places.length > shown.length && (
          <li>{t('{places} more in the output', { places: plural(places.length - shown.length, 'place') })}</li>
        )}
      </ul>
    </div>
  )
}

/** What can be done with a command that the agent ran. */
export function ShellDoors({ row }: { readonly row: CallRow }): ReactNode {
  const doors = useContext(Doors)
  if (doors === undefined || row.name !== 'shell' || row.outcome === undefined) return null
  const { openTerminal, rerun } = doors
  const command = textField(row.input, 'command')
  return (
    <div className={styles['doors']}>
      <Button look="plain" onPress={openTerminal}>
        <SquareTerminal size={13} aria-hidden /> {t('Open in terminal')}
      </Button>
      {rerun !== undefined && command !== undefined && (
        <Button look="plain" title={t('Runs the command in your own terminal, as yours')} onPress={() => rerun(command)}>
          {t('Re-run')}
        </Button>
      )}
    </div>
  )
}
