import type { ReactNode } from 'react'
import {
  assertNever,
  EMBEDDED,
  isSameHands,
  keyOfHands,
  type AutomaticPlace,
  type ContainerState,
  type HandsChoice,
  type OfferedDirectory,
} from '@tabwright/protocol'
import { Box, ChevronDown, FolderDot, FolderX } from 'lucide-react'
import { t } from '../language'
import { MenuButton, type MenuEntry } from '../layout/menu-button'
import styles from './status-line.module.css'

export interface HandsChipProps {
  /** Where commands run. */
  readonly hands: HandsChoice
  /** Directories that are offered at this moment. */
  readonly offered: readonly OfferedDirectory[]
  /** The WebContainer of this page. Undefined: it cannot have one. */
  readonly container: ContainerState | undefined
  /** What the app would choose, with its reason. Undefined: it is not known yet. */
  readonly automatic?: AutomaticPlace | undefined
  /** The person left it to the app. */
  readonly isAutomatic?: boolean
  readonly onAutomatic?: () => void
  readonly onHands: (hands: HandsChoice) => void
}

/** Shows where commands run, and changes it. A directory is listed only while its worker is there. */
export function HandsChip(props: HandsChipProps): ReactNode {
  const { hands, offered, container, onHands, isAutomatic = false } = props
  const directories = offered.map((one): HandsChoice => ({ ...one, type: 'remote' }))
  const choices = [EMBEDDED, ...(container === undefined ? [] : [WEBCONTAINERS]), ...directories]
  const isHere = choices.some((one) => isSameHands(one, hands))
  const entries = [
    ...automaticEntries(props),
    ...choices.map((one) => ({ id: keyOfHands(one), label: placeName(one), about: aboutOf(one), onPick: () => onHands(one) })),
  ]
  const name = isHere ? placeNow(hands, container) : away(hands)
  const isOpen = hands.type === 'remote' && !hands.isConfined
  const Icon = hands.type !== 'remote' ? Box : isHere ? FolderDot : FolderX
  return (
    <MenuButton
      label={t(isOpen ? 'Commands run in: {place}, not confined' : 'Commands run in: {place}', { place: name })}
      className={`${styles['model']} ${styles['hands']} ${isOpen || !isHere ? styles['warned'] : ''}`}
      side="top"
      align="end"
      entries={entries}
      chosen={isAutomatic ? AUTOMATIC : keyOfHands(hands)}
    >
      <Icon size={13} aria-hidden />
      <span className={styles['handsName']}>{isOpen ? t('{place} · not confined', { place: name }) : name}</span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}

const AUTOMATIC = 'automatic'

function automaticEntries({ automatic, onAutomatic }: HandsChipProps): readonly MenuEntry[] {
  if (automatic === undefined || onAutomatic === undefined) return []
  return [{ id: AUTOMATIC, label: t('Automatic'), about: automaticAbout(automatic), onPick: onAutomatic }]
}

/** Where commands run when it is left to the app, and why. */
export function automaticAbout({ why, need = '' }: AutomaticPlace): string {
  switch (why) {
    case 'fits':
      return t('In the sandbox: nothing in this project is known to need more')
    case 'needed':
      return t('In WebContainers: this project needs {need}', { need })
    case 'not-agreed':
      return t('In the sandbox: this project needs {need}, but you have not agreed to WebContainers', { need })
    case 'not-here':
      return t('In the sandbox: this project needs {need}, but WebContainers cannot be had in this page now', { need })
    default:
      return assertNever(why)
  }
}

/** Where commands run, by its name. */
export function placeName(choice: HandsChoice): string {
  if (choice.type === 'remote') return t('Directory {name}', { name: choice.name })
  return t(choice.type === 'embedded' ? 'Sandbox in this tab' : 'WebContainers in this tab')
}

const away = (choice: HandsChoice): string =>
  t(choice.type === 'remote' ? '{place}, not connected' : '{place}, not to be had here', { place: placeName(choice) })

const WEBCONTAINERS: HandsChoice = { type: 'webcontainers' }

/** What it waits for stands on the screen. */
function placeNow(hands: HandsChoice, container: ContainerState | undefined): string {
  const place = placeName(hands)
  if (hands.type !== 'webcontainers') return place
  if (container?.type === 'booting') return t('{place}: {step}…', { place, step: container.step })
  return container?.type === 'failed' ? t('{place}, not started', { place }) : place
}

/** What is said of a place where it is chosen. */
export function aboutOf(choice: HandsChoice): string {
  if (choice.type === 'webcontainers')
    return t('Real node and npm by StackBlitz, with its network. Each command asks unless a rule of yours allows it')
  if (choice.type !== 'remote') return t('No machine but this browser; all of it can be undone')
  return t(
    choice.isConfined
      ? 'A real directory, confined by bubblewrap: no network. Each command asks unless a rule of yours allows it'
      : 'A real directory, NOT confined: commands have all rights of whoever offers it. Each command asks unless a rule of yours allows it',
  )
}
