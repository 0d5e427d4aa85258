export { LANGUAGE_KEY, LANGUAGES, languageChoice, languageOf, type Language, type LanguageChoice } from './choice'
export { Rich, type RichProps } from './rich'
export { speak } from './speak'
export { language, locale, plural, said, t, type Noun, type Phrase, type Text } from './words'
