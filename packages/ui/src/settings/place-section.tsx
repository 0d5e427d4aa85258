import { useId, type ReactNode } from 'react'
import { EMBEDDED, keyOfHands, type HandsChoice, type OfferedDirectory } from '@tabwright/protocol'
import { aboutOf, placeName } from '../chat/hands-chip'
import { t } from '../language'
import styles from './settings.module.css'

export interface PlaceProps {
  /** `automatic`, or the key of a place (`keyOfHands`). */
  readonly place: string
  /** Directories that are offered at this moment. */
  readonly offered: readonly OfferedDirectory[]
  /** The person agreed to WebContainers, and this page can have them. */
  readonly hasContainers: boolean
  readonly onPlace: (place: string) => void
}

const AUTOMATIC = 'automatic'
const WEBCONTAINERS: HandsChoice = { type: 'webcontainers' }

/** Where commands of new sessions run. What cannot be had now is shown only where it was chosen. */
export function PlaceSection({ place, offered, hasContainers, onPlace }: PlaceProps): ReactNode {
  const name = useId()
  const directories = offered.map((one): HandsChoice => ({ ...one, type: 'remote' }))
  const choices = [EMBEDDED, ...(hasContainers ? [WEBCONTAINERS] : []), ...directories]
  const isHere = place === AUTOMATIC || choices.some((one) => keyOfHands(one) === place)
  const entries = [
    {
      value: AUTOMATIC,
      label: t('Automatic'),
      about: t('In the sandbox of the tab, and in WebContainers where the project needs more and you agreed to them.'),
    },
    ...choices.map((one) => ({ value: keyOfHands(one), label: placeName(one), about: aboutOf(one) })),
    ...(isHere ? [] : [awayEntry(place)]),
  ]
  return (
    <>
      <h3 id={`${name}-title`}>{t('Where commands run')}</h3>
      <div role="radiogroup" aria-labelledby={`${name}-title`} className={styles['choices']}>
        {entries.map(({ value, label, about }) => (
          <label key={value} className={styles['choice']}>
            <input type="radio" name={name} value={value} checked={place === value} onChange={() => onPlace(value)} />
            <span>{label}</span>
            <small>{about}</small>
          </label>
        ))}
      </div>
      <p className={styles['aside']}>
        {t('Holds for new sessions. Each session’s own place is beside its message box, where you also agree to WebContainers.')}
      </p>
    </>
  )
}

function awayEntry(place: string): { readonly value: string; readonly label: string; readonly about: string } {
  const about = t('Not to be had at this moment: a new session begins in the sandbox, and says so.')
  return { value: place, label: place === 'webcontainers' ? placeName(WEBCONTAINERS) : t('The directory that you chose'), about }
}
