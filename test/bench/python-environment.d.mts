export declare class NoPythonError extends Error {}
export declare function pythonEnvironment(name: string, requirements: URL): Promise<string>;
