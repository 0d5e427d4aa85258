import { useId, type ReactNode } from 'react'
import { TAB_SETTINGS, type Membership, type TabSetting, type TabSwitch } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import styles from './settings.module.css'

const SWITCHES: readonly { readonly title: Phrase; readonly ids: readonly (readonly [TabSwitch, Phrase])[] }[] = [
  {
    title: 'Reading',
    ids: [
      ['list_sessions', 'See the list of sessions'],
      ['status', 'See how a session stands'],
      ['wait', 'Wait until a session rests'],
      ['get_events', 'Read what happened in a session'],
      ['list_files', 'See the names of a session’s files'],
      ['read_file', 'Read files, but none that hold secrets'],
    ],
  },
  {
    title: 'Acting',
    ids: [
      ['send_message_new', 'Ask the agent for something, in a session of its own'],
      ['send_message', 'Write into sessions that are there'],
      ['create_session', 'Make empty sessions'],
      ['interrupt', 'Stop the agent'],
      ['write_file', 'Write files of a session'],
      ['execute', 'Run the agent’s tools in a session'],
    ],
  },
]

const LABELS: Readonly<Record<TabSetting, Phrase>> = { off: 'Off', ask: 'Ask me', on: 'On' }

interface RelaySwitchesProps {
  readonly membership: Pick<Membership, 'switches' | 'isOn'>
  readonly onSwitch: (id: TabSwitch, setting: TabSetting) => void
}

/** What other programs may do with this tab: not at all, after a question to the person, or by themselves. */
export function RelaySwitches({ membership: { switches, isOn }, onSwitch }: RelaySwitchesProps): ReactNode {
  const name = useId()
  return SWITCHES.map(({ title, ids }) => (
    <section key={title} aria-labelledby={`${name}-${title}`}>
      <h4 id={`${name}-${title}`}>{t(title)}</h4>
      {ids.map(([one, label]) => (
        <fieldset key={one} className={styles['guard']} disabled={!isOn}>
          <legend>{t(label)}</legend>
          {TAB_SETTINGS.map((setting) => (
            <label key={setting}>
              <input
                type="radio"
                name={`${name}-${one}`}
                value={setting}
                checked={switches[one] === setting}
                onChange={() => onSwitch(one, setting)}
              />
              {t(LABELS[setting])}
            </label>
          ))}
        </fieldset>
      ))}
      {title === 'Acting' && (
        <p className={styles['aside']}>
          {t('A session that a program began asks you before every effect. In one of yours its own mode counts.')}
        </p>
      )}
    </section>
  ))
}
