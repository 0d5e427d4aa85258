import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { t, type Phrase } from '../language'
import { Button } from '../layout/button'
import { chordText, recordedChord, type Chord } from '../keys/chord'
import css from '../keys/keys.module.css'

/** One action with its keys. */
export interface ShortcutView {
  readonly id: string
  readonly label: string
  readonly keys: Chord
  /** A person chose other keys than it came with. */
  readonly isOwn: boolean
}

export interface ShortcutsTabProps {
  readonly shortcuts: readonly ShortcutView[]
  readonly isMac: boolean
  /** The action that has these keys already. */
  readonly clashOf: (id: string, chord: Chord) => string | undefined
  /** Undefined: the keys that it came with. */
  readonly onKeys: (id: string, chord: Chord | undefined) => void
}

/** Keys that mean something in one place only, where their buttons are too. */
const IN_PLACES: readonly (readonly [Phrase, readonly Chord[]])[] = [
  ['Send, or steer what is under way', ['Enter']],
  ['Send after the turn', ['Alt+Enter']],
  ['New line', ['Shift+Enter']],
  ['Stop what is under way', ['Escape']],
  ['On a permission card: allow once', ['Mod+Enter']],
  ['On a permission card: deny', ['Escape']],
  ['In the editor: save', ['Mod+KeyS']],
  ['In the editor: next problem', ['F8']],
  ['In changes: accept, reject a part', ['Alt+KeyY', 'Alt+KeyN']],
  ['In changes: next, previous part', ['Alt+KeyJ', 'Alt+KeyK']],
]

/** The keys of the page as they are, and a way to choose others. */
export function ShortcutsTab({ shortcuts, isMac, clashOf, onKeys }: ShortcutsTabProps): ReactNode {
  const [asking, setAsking] = useState<string>()
  return (
    <>
      <h3>{t('Everywhere')}</h3>
      <p>
        {t(
          'Each of these has a button or a line of the command palette too. A shell and an editor keep the keys that they need themselves.',
        )}
      </p>
      <ul className={css['list']} aria-label={t('Keyboard shortcuts')}>
        {shortcuts.map((one) => (
          <li key={one.id}>
            <Row
              one={one}
              isMac={isMac}
              isAsking={asking === one.id}
              onAsk={(isAsking) => setAsking(isAsking ? one.id : undefined)}
              clashOf={(chord) => clashOf(one.id, chord)}
              onKeys={(chord) => onKeys(one.id, chord)}
            />
          </li>
        ))}
      </ul>
      <h3>{t('In their places')}</h3>
      <dl className={css['fixed']}>
        {IN_PLACES.map(([what, chords]) => (
          <Fixed key={what} what={t(what)} keys={chords.map((chord) => chordText(chord, isMac))} />
        ))}
      </dl>
    </>
  )
}

interface RowProps {
  readonly one: ShortcutView
  readonly isMac: boolean
  readonly isAsking: boolean
  readonly onAsk: (isAsking: boolean) => void
  readonly clashOf: (chord: Chord) => string | undefined
  readonly onKeys: (chord: Chord | undefined) => void
}

function Row({ one, isMac, isAsking, onAsk, clashOf, onKeys }: RowProps): ReactNode {
  const [problem, setProblem] = useState<string>()
  const end = (): void => {
    setProblem(undefined)
    onAsk(false)
  }
  const record = (event: KeyboardEvent): void => {
    if (!isAsking || event.key === 'Tab') return
    // Whatever is pressed here is an answer, and nothing else in the page.
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return end()
    const recorded = recordedChord(event.nativeEvent, isMac)
    if (recorded.type === 'held') return
    if (recorded.type === 'refused') return setProblem(recorded.why)
    const clash = clashOf(recorded.chord)
    if (clash !== undefined)
      return setProblem(
        t('{chord} is “{clash}”. Press others, or change that one first.', { chord: chordText(recorded.chord, isMac), clash }),
      )
    onKeys(recorded.chord)
    end()
  }
  return (
    <>
      <div className={css['row']} onKeyDown={record} onBlur={() => isAsking && end()}>
        <span>{one.label}</span>
        {isAsking ? (
          <span role="status" className={css['asked']}>
            {t('Press the keys, or Escape')}
          </span>
        ) : (
          <kbd className={css['keys']}>{chordText(one.keys, isMac)}</kbd>
        )}
        <Button onPress={() => (isAsking ? end() : onAsk(true))}>
          {isAsking ? t('Cancel') : t('Change')}
          <span className="visually-hidden"> {t('the keys of {label}', { label: one.label })}</span>
        </Button>
        {one.isOwn && !isAsking && (
          <Button onPress={() => onKeys(undefined)}>
            {t('Reset')}
            <span className="visually-hidden"> {t('the keys of {label}', { label: one.label })}</span>
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <p role="alert" className={css['problem']}>
          {problem}
        </p>
      )}
    </>
  )
}

function Fixed({ what, keys }: { readonly what: string; readonly keys: readonly string[] }): ReactNode {
  return (
    <>
      <dt>{what}</dt>
      <dd>
        {keys.map((one) => (
          <kbd key={one} className={css['keys']}>
            {one}
          </kbd>
        ))}
      </dd>
    </>
  )
}
