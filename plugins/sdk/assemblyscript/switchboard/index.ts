export * from './audio';
export * from './events';
export * from './hooks';
export { Refused, config, fail, log, playClip, setStatus, speaker, storage } from './host';
export { Json, JsonKind, JsonWriter, parseJson, quote } from './json';
export { parseNumber } from './numbers';
export { Random } from './random';
export * from './results';
export * from './room';
