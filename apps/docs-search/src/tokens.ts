/** Tokens of what is no class. Tests may set the clock. */
export const CLOCK = Symbol('clock');
export type Clock = () => Date;
export const JOBS = Symbol('jobs');
export const LOGGER = Symbol('logger');
export const TRANSLATOR = Symbol('translator');
